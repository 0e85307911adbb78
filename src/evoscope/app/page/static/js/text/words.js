// Names of what the text model answers, for people, and what each score means.

export const EXAMPLES = [
  "thank you so much, you made my day",
  "where is my parcel? it was due on Monday",
  "shut up, you idiot",
  "I love the design but the app is awful",
  "Could you please send me the report by Friday?",
  "my grandmother died last week and I still cannot believe it",
];

export const SAFETY = {
  toxic: "toxic", profane: "profane", threatening: "threatening", harassment: "harassment", self_harm: "self-harm",
};

export const SCALES = [
  { name: "valence", low: "unpleasant", high: "pleasant" },
  { name: "arousal", low: "calm", high: "excited" },
  { name: "dominance", low: "overpowered", high: "in control" },
];

export const LIMITS = [
  "English, one message at a time: no conversation, no irony, no in-jokes.",
  "It says how a text reads. It does not know its writer, and nobody should be judged by it alone.",
  "Not a moderation service: it has learned from comments and tweets, and takes some words for who somebody is for insults. Let a person decide.",
  "Self-harm says that someone may need help, never that a message is bad. It misses some, and is no triage and no diagnosis.",
  "Labels marked “weak”, and the intents, were learned from sentences that were written for them, or labelled by a rule. How well they do on such sentences says little about yours: try them on messages of your own.",
];

/**
 * A label as words.
 * @param {string} label
 * @returns {string}
 */
export function word(label) {
  return label.replaceAll("_", " ");
}
