package knowledge

// Safety is what safety.yaml holds: the classes of message that need care, how to tell them, what to reply, and whom
// to contact.
type Safety struct{}
