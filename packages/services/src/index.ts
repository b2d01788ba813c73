/**
 * The avatar services behind avatarwire. What they have in common is here; each one is an entry of its own:
 *
 * ```ts
 * import { akoolServer } from '@avatarwire/services/akool/server';
 * ```
 */

export type {
  AvatarServiceServer,
  AvatarUpload,
  AvatarUploadRequest,
  CallOptions,
  CreateRequest,
  OpenedServiceSession,
  OpenOptions,
  OpenRequest,
  ServiceAvatar,
  ServiceKnowledgeBase,
  ServiceLanguage,
  ServiceSessionInfo,
  ServiceSessionRef,
  ServiceVoice,
} from './contract';
export type { ServerOptions } from './http/options';
export { markUncertain, mayBeOpenAs, mayHaveOpened } from './uncertain';
