import { type ComponentPropsWithoutRef, forwardRef, useEffect, useImperativeHandle, useRef } from 'react';
import { useAvatarSession } from './use-avatar-session';
import { useAvatarState } from './use-avatar-state';

/** Everything a `<video>` takes, but where its picture comes from. */
export type CameraPreviewProps = Omit<ComponentPropsWithoutRef<'video'>, 'src' | 'children'> & {
  /** As a mirror shows it; what is sent never is. @default unless the camera faces away from the visitor */
  readonly mirrored?: boolean;
};

/**
 * The visitor's own picture, after any processing: a `<video>` without sound. It shows the camera and does not open it;
 * that is `useCamera().enable`.
 */
export const CameraPreview = forwardRef<HTMLVideoElement, CameraPreviewProps>(function CameraPreview(
  { mirrored, style, ...props },
  ref,
) {
  const session = useAvatarSession();
  const away = useAvatarState(({ camera }) => camera.facing === 'environment');
  const own = useRef<HTMLVideoElement>(null);

  useImperativeHandle(ref, () => own.current as HTMLVideoElement, []);
  useEffect(() => {
    const video = own.current;
    if (video === null) return;
    let shown: MediaStreamTrack | undefined;
    const follow = () => {
      const { track } = session.camera;
      if (track === shown) return;
      shown = track;
      video.srcObject = track ? new MediaStream([track]) : null;
    };
    follow();
    const stop = session.subscribe(follow);
    // A processor may put another track in its place, and nothing in the snapshot says so.
    video.addEventListener('timeupdate', follow);
    return () => {
      stop();
      video.removeEventListener('timeupdate', follow);
      video.srcObject = null;
    };
  }, [session]);

  const transform = (mirrored ?? !away) ? { transform: 'scaleX(-1)' } : undefined;
  return <video autoPlay playsInline muted {...props} style={{ ...transform, ...style }} ref={own} />;
});
