package slack

// What the adapter itself says. Everything else comes from the knowledge. Plain English, "cannot" and "do not", and
// no emoji: screen readers read out their names.
const (
	wordsRelated        = "You could also ask:"
	wordsMore           = "Tell me more"
	wordsNone           = "None of these"
	wordsSource         = "Source: "
	wordsHelpful        = "Helpful"
	wordsUnhelpful      = "Not helpful"
	wordsHelpfulLabel   = "This answer was helpful"
	wordsUnhelpfulLabel = "This answer was not helpful"
	wordsShare          = "Share in channel"
	wordsPost           = "Post in thread"
	wordsThanks         = "Thank you. Your vote was counted."
	wordsAskHuman       = "You can ask a person in "
	wordsApology        = "Sorry, something went wrong and I could not answer that. Please ask again."
	wordsBusy           = "Sorry, I am answering a lot of questions just now. Please try again in a minute."
	wordsSlowDown       = "I have answered a lot in this thread. Please wait a minute, then ask again."
	wordsOutsider       = "Sorry, I only answer people who work in this organisation."
	wordsOtherChannel   = "Sorry, I do not answer in this channel. Please send me a direct message."
	wordsSentDirect     = "I am sending you this in a direct message too."
	wordsPublicPlace    = "Other people can read this channel. You may want to delete your message."
	wordsGone           = "Sorry, that answer is not there any more. Please ask again."
	wordsNotShared      = "Sorry, I could not post that. Am I a member of the channel?"
	wordsPopular        = "Popular questions"
	wordsTopics         = "Topics"
	wordsHowTo          = "Type a question in the Messages tab, mention me in a channel, or use /alliance anywhere."
	wordsNoPatients     = "Please do not post details of patients."
)
