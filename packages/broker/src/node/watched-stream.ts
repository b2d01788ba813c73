/** The same bytes. When `body` fails, `onFailed` hears of it and the stream ends: the reader would write to the console. */
export function watchedStream(
  body: ReadableStream<Uint8Array>,
  onFailed: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        onFailed(error);
        controller.close();
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
