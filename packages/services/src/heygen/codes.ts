import type { CodeRow } from '../http/dialect';

/** What HeyGen's own answers carry as success, where they carry a code. */
export const SUCCESS: ReadonlySet<number> = new Set([100, 1000]);

/** The session is not in the right state for the call: over, or not started yet. Says nothing of the money. */
export const WRONG_STATE = 400_006;

/** Those that are known: HeyGen publishes no table for the streaming API. */
export const HEYGEN_CODES: Readonly<Record<string, CodeRow>> = Object.freeze({
  // Source: docs.heygen.com, discussions, 2024.
  400004: { error: 'session-gone', meaning: 'the session does not exist', advice: 'Open a new one.' },
  // Source: docs.heygen.com, discussions; StreamingAvatarSDK, issue 26: "session state wrong: closed".
  [WRONG_STATE]: {
    // Not `session-gone`: whoever hears that closes the session, and it may be one that is only not started.
    error: 'service-refused',
    meaning: 'the session is not in the right state for this',
    advice: 'Start it first, or open a new one.',
  },
  // Source: StreamingAvatarSDK, issue 3.
  400112: { error: 'credentials-refused', meaning: 'the key was refused', advice: 'Check it.' },
  400599: {
    error: 'service-refused',
    meaning: 'the account may not use the API',
    advice: "Look at the account's plan.",
  },
});
