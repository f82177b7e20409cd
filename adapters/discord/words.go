package discord

// What the adapter itself says. Everything else comes from the knowledge. Plain English, "cannot" and "do not", and no
// emoji: screen readers read out their names.
const (
	wordsRelated      = "You could also ask"
	wordsChoose       = "Choose a question"
	wordsTopics       = "Choose a topic"
	wordsMore         = "Tell me more"
	wordsHelpful      = "Helpful"
	wordsUnhelpful    = "Not helpful"
	wordsPost         = "Post to channel"
	wordsAllTopics    = "All topics"
	wordsNext         = "More questions"
	wordsContinued    = "The answer goes on:"
	wordsThanks       = "Thank you. Your vote was counted."
	wordsAskHuman     = "You can ask a person in"
	wordsTopicsIntro  = "These are the topics that I can answer questions about. Choose one to see its questions."
	wordsTopicIntro   = "Questions about this topic:"
	wordsHowTo        = "Type /ask and your question, mention me in a channel, or send me a direct message."
	wordsHowToCommand = "Type /ask and your question."
	wordsApology      = "Sorry, something went wrong and I could not answer that. Please ask again."
	wordsOldButton    = "Sorry, that button is from an older version of me. Please ask again with /ask."
	wordsGone         = "Sorry, there is nothing to show for that any more. Please ask again with /ask."
	wordsPosted       = "That answer is already in the channel."
	wordsUnknown      = "Sorry, I do not know that command. Please use /ask."
	wordsNothing      = "Sorry, I have nothing to say to that. Please ask a question with /ask."
	wordsSentDirect   = "I am trying to send you this in a direct message too."
	wordsPublicPlace  = "Other people can read this channel. You can delete your message. You can also send me a direct message."
	wordsNobodyReads  = "No person reads what you write to me here. Please contact one of the services above."
	wordsNoDirect     = "I have an answer that is for you alone, but I cannot send you direct messages. Please ask me with /ask. Only you can see what I answer there."
)

// The commands, as people see them.
const (
	commandAsk     = "ask"
	commandTopics  = "topics"
	commandAbout   = "about"
	commandMessage = "Ask the Alliance bot"

	optionQuestion = "question"
	optionPublic   = "public"
)
