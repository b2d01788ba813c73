import { type ComponentPropsWithoutRef, forwardRef, useEffect, useImperativeHandle, useRef } from 'react';
import { useAvatarSession } from './use-avatar-session';

/** Everything a `<video>` takes, but where its picture comes from. */
export type AvatarVideoProps = Omit<ComponentPropsWithoutRef<'video'>, 'src' | 'children'>;

/**
 * A plain `<video>` that shows the avatar, now and after every reconnect. What else is to be seen (waiting, an error,
 * a button for blocked playback) is the page's: read it with `useAvatarState`.
 */
export const AvatarVideo = forwardRef<HTMLVideoElement, AvatarVideoProps>(function AvatarVideo(props, ref) {
  const session = useAvatarSession();
  const own = useRef<HTMLVideoElement>(null);

  useImperativeHandle(ref, () => own.current as HTMLVideoElement, []);
  useEffect(() => (own.current === null ? undefined : session.attach(own.current)), [session]);

  return <video playsInline {...props} ref={own} />;
});
