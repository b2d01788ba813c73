/** The body was larger than allowed. */
export class TooLarge extends Error {
  override readonly name = 'TooLarge';
}

/**
 * The body as text, read no further than `maxBytes`.
 *
 * @throws TooLarge; whatever the stream fails with, such as a body that was cut off
 */
export async function readText(response: Response, maxBytes: number, signal: AbortSignal): Promise<string> {
  const body = response.body;
  if (body === null) return '';
  const reader = body.getReader();
  const giveUp = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    if (Number(response.headers.get('content-length') ?? 0) > maxBytes) throw new TooLarge();
    const decoder = new TextDecoder();
    let text = '';
    let bytes = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      bytes += part.value.byteLength;
      if (bytes > maxBytes) throw new TooLarge();
      text += decoder.decode(part.value, { stream: true });
    }
    if (signal.aborted) throw signal.reason;
    return text + decoder.decode();
  } catch (error) {
    giveUp();
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}
