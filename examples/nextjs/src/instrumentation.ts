/** Next.js calls it once when the server starts: what a crash left open is closed, also if nobody opens a page. */
export async function register(): Promise<void> {
  if (process.env['NEXT_RUNTIME'] !== 'nodejs') return;
  const { theBroker } = await import('./broker');
  theBroker();
}
