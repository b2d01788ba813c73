/** JSON from outside: not nested without end, and nothing in it that reaches a prototype. */

import { Refusal } from '../refusal';

/** @throws Refusal 400 */
export function parseJson(text: string, maxDepth: number): unknown {
  checkDepth(text, maxDepth);
  try {
    return JSON.parse(text, refusePrototype) as unknown;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    // What the parser says repeats a piece of the body.
    throw new Refusal(400, 'invalid-argument', 'The body is no JSON.', { field: 'body' });
  }
}

/** Before it is parsed: parsers call themselves for each level. */
function checkDepth(text: string, maxDepth: number): void {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at++;
      else if (character === '"') inString = false;
    } else if (character === '"') {
      inString = true;
    } else if (character === '{' || character === '[') {
      depth++;
      if (depth > maxDepth) {
        const message = `The body may be nested ${maxDepth} deep.`;
        throw new Refusal(400, 'invalid-argument', message, { field: 'body' });
      }
    } else if (character === '}' || character === ']') {
      depth--;
    }
  }
}

function refusePrototype(name: string, value: unknown): unknown {
  if (name !== '__proto__') return value;
  throw new Refusal(400, 'invalid-argument', '"__proto__" is not taken.', { field: '__proto__' });
}
