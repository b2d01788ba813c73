/** What a page may send: who said what, and nothing that decides how the model is asked. */

import * as v from 'valibot';
import { Refusal } from '../refusal';
import type { CheckedModel } from './check-options';

export interface ConversationMessage {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

export interface Conversation {
  readonly messages: readonly ConversationMessage[];
  readonly stream: boolean;
}

const NOT_TAKEN = 'is not taken here: the server decides how the model is asked.';

/** Names of a prototype's members are foreign too, which a look-up in the schema's entries would not see. */
const only = (...known: readonly string[]) =>
  v.rawCheck<unknown>(({ dataset, addIssue }) => {
    const value = dataset.value;
    if (!isObject(value)) return;
    for (const key of Object.keys(value)) {
      if (known.includes(key)) continue;
      addIssue({
        message: NOT_TAKEN,
        path: [{ type: 'object', origin: 'key', input: value, key, value: undefined }],
      });
      return;
    }
  });

const message = v.pipe(
  v.unknown(),
  only('role', 'content'),
  v.object(
    {
      role: v.picklist(['user', 'assistant'], 'has to be user or assistant.'),
      content: v.string('has to be a text.'),
    },
    ({ expected }) => (expected === 'Object' ? 'has to be an object with role and content.' : 'is missing.'),
  ),
);

const request = ({ model, maxMessages, maxCharacters }: CheckedModel) =>
  v.pipe(
    v.unknown(),
    only('messages', 'stream', 'model'),
    v.object(
      {
        messages: v.pipe(
          v.array(v.unknown(), 'has to be a list of messages.'),
          v.minLength(1, 'has to hold a message.'),
          v.maxLength(maxMessages, `holds more than ${maxMessages} messages.`),
          v.array(message),
          v.check(
            (messages) => messages.reduce((sum, { content }) => sum + content.length, 0) <= maxCharacters,
            `holds more than ${maxCharacters} characters in all.`,
          ),
        ),
        stream: v.optional(v.boolean('has to be true or false.'), false),
        model: v.optional(v.literal(model, `has to be left out, or to be ${model}.`)),
      },
      ({ expected }) => (expected === 'Object' ? 'has to be an object with messages.' : 'is missing.'),
    ),
  );

/** @returns what looks at a request's body; it throws a Refusal with status 400 that names the field */
export function createConversationReader(model: CheckedModel): (body: unknown) => Conversation {
  const schema = request(model);
  return (body) => {
    const result = v.safeParse(schema, body, { abortEarly: true });
    if (result.success) return { messages: result.output.messages, stream: result.output.stream };
    const [issue] = result.issues;
    // The last part of a path may be a name that the page made up.
    const field = (v.getDotPath(issue) ?? 'body').slice(0, 80);
    throw new Refusal(400, 'invalid-argument', `${field} ${issue.message}`, { field });
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
