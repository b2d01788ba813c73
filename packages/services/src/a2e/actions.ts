/** Everything that is said to an A2E avatar: it listens on REST alone. */

import * as v from 'valibot';
import { fieldOf, someText, type Wanted } from '../http/check-body';

/** Source: A2E, "set-qa-context". */
const MOST_CONTEXT_CHARACTERS = 5_000;

const contextText: Wanted<string> = [
  v.pipe(v.string(), v.maxLength(MOST_CONTEXT_CHARACTERS)),
  `a text of at most ${MOST_CONTEXT_CHARACTERS} characters`,
];

interface Action {
  readonly path: string;
  /** `safe`: saying it twice changes nothing. */
  readonly repeat: 'safe' | 'unsent';
  readonly body: (given: unknown) => object;
}

const ROOT = '/api/v1/streaming-avatar';

const textBody = (text: Wanted<string>) => (given: unknown) => ({
  text: fieldOf('a2e', given, 'text', text),
});

export const A2E_ACTIONS = Object.freeze({
  ask: { path: `${ROOT}/ask`, repeat: 'unsent', body: textBody(someText) },
  speak: { path: `${ROOT}/speak`, repeat: 'unsent', body: textBody(someText) },
  'set-qa-context': { path: `${ROOT}/set-qa-context`, repeat: 'safe', body: textBody(contextText) },
}) satisfies Readonly<Record<string, Action>>;
