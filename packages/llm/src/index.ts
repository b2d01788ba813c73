/**
 * Between a language model and an avatar: the text of its answer as it comes, and what the visitor got to hear of it.
 *
 * ```ts
 * history.user(question);
 * await history.speak(session, textOf((options) => source.chat({ messages: history.messages }, options)));
 * ```
 */

export { type ChatMessage, createHistory, type History, type HistoryOptions } from './history';
export type { ModelAnswer, ModelSource } from './open-answer';
export { type TextOfOptions, textOf } from './text-of';
