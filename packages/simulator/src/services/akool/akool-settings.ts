import type { TrtcSpelling } from './akool-credentials';

/** Where AKOOL's documents disagree, and what an account may. Each may be changed while the mock runs. */
export interface AkoolSettings {
  /** Where `getToken` puts its token. @default 'top' */
  tokenAt: 'top' | 'data';
  /** @default 'docs' */
  trtcSpelling: TrtcSpelling;
  /** `stream_urls` is the older name. @default 'credentials' */
  credentialsAt: 'credentials' | 'stream_urls';
  /** Whether a close answers without `data`, or with `{ session_id, status, closed_at }`. @default 'nothing' */
  closeAnswers: 'nothing' | 'data';
  /** How long a session has status 1, queueing, before 2, processing. In milliseconds. @default 500 */
  queueMs: number;
  /** How long an uploaded avatar has status 1, and then 2. In milliseconds. @default 5000 */
  uploadStepMs: number;
  /** With more, a create is refused with 1215. @default 1000 */
  maxOpenSessions: number;
  /** What the account can pay. A create that would need more is refused with 1104. @default Infinity */
  creditSeconds: number;
}

export const AKOOL_DEFAULTS: AkoolSettings = {
  tokenAt: 'top',
  trtcSpelling: 'docs',
  credentialsAt: 'credentials',
  closeAnswers: 'nothing',
  queueMs: 500,
  uploadStepMs: 5_000,
  maxOpenSessions: 1_000,
  creditSeconds: Number.POSITIVE_INFINITY,
};
