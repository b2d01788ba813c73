/** Of the page as the server sends it. */
export function renderedFaults(html: string): string[] {
  const wanted: [RegExp, string][] = [
    [/data-window="undefined"/, 'it was rendered where there is no window'],
    [/data-recognised="false"/, 'a component of the server used core'],
    [/<p role="status">idle<\/p>/, 'the session is rendered as it is before anybody connects'],
    [/<video[^>]+aria-label="The avatar"/, 'the video is rendered'],
  ];
  return wanted.flatMap(([pattern, what]) =>
    pattern.test(html) ? [] : [`the server's page does not show: ${what}`],
  );
}
