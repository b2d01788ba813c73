import { AvatarError } from '@avatarwire/core';

/** No order is as long; a stream without line ends must not fill the memory. */
const LONGEST_LINE = 2 * 1_024 * 1_024;

/** Each line of a body, parsed as JSON. Cancels the body when its reader stops early. */
export async function* readLines(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<unknown, void, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      if (rest.length > LONGEST_LINE)
        throw new AvatarError('network', 'The mock services sent a line without end.');
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield JSON.parse(line) as unknown;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
