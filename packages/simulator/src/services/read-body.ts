import type { IncomingMessage } from 'node:http';

export interface BodyLimits {
  readonly maxBodyBytes: number;
  /** How deep objects and arrays may stand in each other. */
  readonly maxJsonDepth: number;
}

export type Body = { readonly value: unknown } | { readonly fault: 'too-large' | 'too-deep' | 'not-json' };

/** Read and thrown away, so that whoever sends too much learns why; after that the connection ends. */
const MOST_DISCARDED_BYTES = 32 * 1_024 * 1_024;

/**
 * The JSON of a request. What is not declared as JSON is read and left aside, as the usual body parsers do. Undefined
 * when it broke off, or does not end.
 */
export async function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Body | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MOST_DISCARDED_BYTES) return undefined;
      if (bytes <= limits.maxBodyBytes) chunks.push(chunk);
      else chunks.length = 0;
    }
  } catch {
    return undefined;
  }
  if (bytes > limits.maxBodyBytes) return { fault: 'too-large' };
  if (bytes === 0 || !/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
    return { value: undefined };
  const text = Buffer.concat(chunks).toString('utf8');
  if (depthOf(text) > limits.maxJsonDepth) return { fault: 'too-deep' };
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { fault: 'not-json' };
  }
}

/** How deep brackets stand in each other, strings left out; before any parser recurses into them. */
function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < json.length; at += 1) {
    const letter = json[at];
    if (inString) {
      if (letter === '\\') at += 1;
      else if (letter === '"') inString = false;
    } else if (letter === '"') inString = true;
    else if (letter === '{' || letter === '[') {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (letter === '}' || letter === ']') depth -= 1;
  }
  return deepest;
}
