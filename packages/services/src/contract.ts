/** What every avatar service looks like from a server: the one contract behind which AKOOL, A2E, HeyGen and LiveAvatar stand. */

import type { AvatarMode, ConnectionDetails, Provider } from '@avatarwire/core';

/**
 * What is wanted of a service session, in one vocabulary for all services. What each service takes, and under which
 * name, is one table in its folder (`<service>/create.ts`); a field that a service cannot do is refused with
 * `unsupported`, one that is out of bounds with `invalid-argument`, both naming it.
 */
export interface CreateRequest {
  /** The service's id of the avatar. 1 to 256 characters. */
  readonly avatarId: string;
  readonly voiceId?: string;
  /** A code of the service's own list, such as `en`. */
  readonly language?: string;
  /** `retelling`: the avatar says what it is given. `dialogue`: it answers. */
  readonly mode?: AvatarMode;
  /** A knowledge base of the account. */
  readonly knowledgeId?: string;
  /** `https:` address of an image or a video. */
  readonly backgroundUrl?: string;
  /** After how many seconds the service ends the session by itself. A whole number. */
  readonly durationSeconds?: number;
  readonly quality?: 'low' | 'medium' | 'high' | 'very-high';
  /**
   * Fields of the service's own, under its own names, as far as its table lists them. Never fill it from what a page
   * sent.
   */
  readonly extra?: Readonly<Record<string, unknown>>;
}

export type OpenRequest = CreateRequest & { readonly provider: Provider };

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface OpenOptions {
  /**
   * Ends the waiting. A request that is under way by then goes on, and the session that comes of it is closed at once:
   * see {@link AvatarServiceServer.settled}.
   */
  readonly signal: AbortSignal;
  /** For services that take one. None of those in this package documents one: theirs ignore it. */
  readonly idempotencyKey?: string;
}

/** A session that was opened: what the page needs, and what its keeper must know. */
export interface OpenedServiceSession {
  readonly service: string;
  /** With which it is closed. No secret: without the key it opens nothing. */
  readonly id: string;
  /** For the page. Holds credentials: neither log nor store it. */
  readonly details: ConnectionDetails;
  /** Milliseconds since 1970 on this machine's clock. */
  readonly openedAt: number;
  /** When the service ends it by itself, in milliseconds since 1970. Absent where the service does not say. */
  readonly endsAt?: number;
}

/** The id of a session, or anything that holds it. */
export type ServiceSessionRef = string | { readonly id: string };

export interface ServiceSessionInfo {
  readonly id: string;
  readonly state: 'queued' | 'running' | 'ended' | 'failed' | 'unknown';
  readonly provider?: string;
  readonly avatarId?: string;
  /** Milliseconds since 1970. */
  readonly createdAt?: number;
}

export interface ServiceAvatar {
  readonly id: string;
  readonly name?: string;
  readonly voiceId?: string;
  readonly gender?: string;
  /** A picture or a video. */
  readonly previewUrl?: string;
  readonly thumbnailUrl?: string;
  /** Whether it can be used now. Absent where the service does not say. */
  readonly available?: boolean;
  /** Whether it is the account's own. Absent where the service does not say. */
  readonly own?: boolean;
}

export interface ServiceVoice {
  readonly id: string;
  readonly name?: string;
  readonly language?: string;
  readonly gender?: string;
  readonly previewUrl?: string;
  /** Whether it is the account's own clone. Absent where the service does not say. */
  readonly own?: boolean;
}

export interface ServiceLanguage {
  readonly code: string;
  readonly name?: string;
}

export interface ServiceKnowledgeBase {
  readonly id: string;
  readonly name?: string;
}

export interface AvatarUploadRequest {
  /** `https:` address of the video. */
  readonly url: string;
  /** The id that the avatar shall have: letters and digits. */
  readonly avatarId: string;
  readonly name: string;
  /** `direct`: the address is the file. `platform`: it is a page of YouTube, TikTok, X or Google Drive. @default direct */
  readonly source?: 'direct' | 'platform';
}

export interface AvatarUpload {
  readonly avatarId: string;
  readonly state: 'queued' | 'processing' | 'done' | 'failed' | 'unknown';
}

/**
 * The server half of a service. Holds the key; nothing that it returns or throws does.
 *
 * Every method rejects with an `AvatarError` whose `service` is {@link name}, or with `signal.reason` after an abort.
 * Reading calls, and those that change nothing when they come twice, are tried three times; a call that could do
 * something twice is repeated only where no connection came about.
 */
export interface AvatarServiceServer {
  readonly name: string;
  /** The networks that its sessions can be on. */
  readonly providers: readonly Provider[];
  /** The fields of {@link CreateRequest} that it takes. */
  readonly accepts: readonly (keyof CreateRequest)[];
  /** What {@link call} takes as `action`. */
  readonly actions: readonly string[];
  /**
   * Opens a paid session. Never asks twice once the request may have arrived: whether a session may exist all the same
   * says `mayHaveOpened(error)`, and under which id, where that is known, `mayBeOpenAs(error)`; `markUncertain` makes
   * them say so.
   */
  open(request: OpenRequest, options: OpenOptions): Promise<OpenedServiceSession>;
  /**
   * Ends a paid session. Any number of times; one that the service does not know, or that is over, counts as closed.
   *
   * @param reason for the log
   */
  close(session: ServiceSessionRef, reason?: string, options?: CallOptions): Promise<'closed' | 'gone'>;
  /**
   * Resolves when nothing that was given up is still under way: requests that outlived their `open`, and the closing
   * of what came of them. Await it before the process ends.
   */
  settled(): Promise<void>;
  /** How a session stands; undefined when the service knows none of that id. */
  inspect?(session: ServiceSessionRef, options?: CallOptions): Promise<ServiceSessionInfo | undefined>;
  /** The sessions of the account that are not over, as far as they stand still while they are read. */
  list?(options?: CallOptions): Promise<readonly ServiceSessionInfo[]>;
  /**
   * What goes over REST while a session is open. Resolves with what the page may see of the answer. Texts for one session
   * are sent one after another, in the order of the calls; `queue-full` when too many wait.
   */
  call?(session: ServiceSessionRef, action: string, body?: unknown, options?: CallOptions): Promise<unknown>;
  avatars?(options?: CallOptions): Promise<readonly ServiceAvatar[]>;
  /** One avatar; undefined when the service knows none of that id. */
  avatar?(id: string, options?: CallOptions): Promise<ServiceAvatar | undefined>;
  voices?(options?: CallOptions): Promise<readonly ServiceVoice[]>;
  languages?(options?: CallOptions): Promise<readonly ServiceLanguage[]>;
  knowledgeBases?(options?: CallOptions): Promise<readonly ServiceKnowledgeBase[]>;
  uploadAvatar?(upload: AvatarUploadRequest, options?: CallOptions): Promise<AvatarUpload>;
  /** How far an upload is; undefined when the service knows none of that id. */
  uploadedAvatar?(avatarId: string, options?: CallOptions): Promise<AvatarUpload | undefined>;
}
