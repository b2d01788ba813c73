export { AvatarSessionProvider, type AvatarSessionProviderProps } from './avatar-session-provider';
export { AvatarVideo, type AvatarVideoProps } from './avatar-video';
export { useAvatarSession } from './use-avatar-session';
export { useAvatarState } from './use-avatar-state';
