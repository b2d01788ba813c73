/** Why a session ended. */
export type CloseReason =
  /** `close()` was called. */
  | 'requested'
  /** The page went away (`pagehide`). */
  | 'page-hidden'
  /** The service session's time was up. */
  | 'expired'
  /** Nobody said a word for `idleMs`. */
  | 'idle'
  /** The avatar left and did not come back within `avatarGoneMs`. */
  | 'avatar-left'
  /** Someone joined with the same identity. Never rejoined by itself. */
  | 'joined-elsewhere'
  /** The service or a moderator removed us. Never rejoined by itself. */
  | 'removed'
  /** The room was ended, or the service session behind it. */
  | 'service-ended'
  /** The connection stood and the avatar no longer answered, also after one rejoin. */
  | 'unresponsive'
  /** The network was lost for good. */
  | 'network-lost'
  /** `connect()` failed or was aborted. */
  | 'connect-failed';
