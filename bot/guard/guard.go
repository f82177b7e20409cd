// Package guard is the safety lane: it looks at a message before anything else does, and says whether it is about an
// emergency, self-harm, somebody's own care... It also removes personal details from text. It is pure and deterministic.
package guard

// Class is what a message is about when it is not, or not only, a question about the organisation.
type Class string

// The classes, most urgent first. When several match, the most urgent one counts.
const (
	None         Class = ""
	Emergency    Class = "emergency"
	SelfHarm     Class = "self-harm"
	Safeguarding Class = "safeguarding"
	Medicine     Class = "medicine"
	Diagnosis    Class = "diagnosis"
	Symptom      Class = "symptom"
	Distress     Class = "distress" // bereavement, carer strain or distress without self-harm
	Appointment  Class = "appointment"
	Complaint    Class = "complaint"
)

// Replaces reports whether the class's reply stands alone. The others signpost first, and a genuine question about
// the organisation in the same message is still answered.
func (c Class) Replaces() bool { return c == Emergency || c == SelfHarm || c == Safeguarding }
