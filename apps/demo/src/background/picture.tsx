import type { BackgroundRemoval } from '@avatarwire/core/background';
import { AvatarVideo } from '@avatarwire/react';
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { useProblems } from '../session/problems-context';
import { classNames } from '../ui/class-names';
import type { Background } from './background-settings';

interface PictureProps {
  readonly background: Background;
  /** There is something to be seen. */
  readonly visible: boolean;
  /** What is seen is the last picture of before. */
  readonly stale: boolean;
}

const fill = 'absolute inset-0 size-full object-cover object-[50%_30%]';

/** The avatar as it comes, or without its background before whatever was chosen. */
export function Picture({ background, visible, stale }: PictureProps): ReactNode {
  const video = useRef<HTMLVideoElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const keyed = useRemoval(video, canvas, background);
  return (
    <div
      className={classNames(
        'absolute inset-0 transition-[opacity,filter] duration-500',
        visible ? 'opacity-100' : 'opacity-0',
        stale && 'grayscale',
      )}
      style={keyed ? { background: background.backdrop } : undefined}
    >
      {/* Goes on playing below the canvas, which draws from it; it has the voice, too. */}
      <AvatarVideo
        ref={video}
        autoPlay
        aria-label="The avatar"
        className={classNames(fill, keyed && 'opacity-0')}
      />
      {background.picture === 'removed' && (
        <canvas ref={canvas} data-testid="keyed" className={classNames(fill, !keyed && 'opacity-0')} />
      )}
    </div>
  );
}

/** Whether the canvas shows the picture by now. Its code is downloaded when it is first wanted. */
function useRemoval(
  video: RefObject<HTMLVideoElement | null>,
  canvas: RefObject<HTMLCanvasElement | null>,
  { picture, mode }: Background,
): boolean {
  const { attempt } = useProblems();
  const [removal, setRemoval] = useState<BackgroundRemoval>();
  const wanted = picture === 'removed';

  useEffect(() => {
    if (!wanted) return;
    let over = false;
    let begun: BackgroundRemoval | undefined;
    const begin = async () => {
      const { removeBackground } = await import('@avatarwire/core/background');
      if (over || video.current === null || canvas.current === null) return;
      const onError = (error: unknown) => {
        setRemoval(undefined);
        void attempt(() => Promise.reject(error));
      };
      begun = removeBackground({ video: video.current, canvas: canvas.current, onError });
      setRemoval(begun);
    };
    void attempt(begin);
    return () => {
      over = true;
      begun?.stop();
      setRemoval(undefined);
    };
  }, [wanted, video, canvas, attempt]);

  useEffect(() => removal?.set({ mode }), [removal, mode]);
  return removal !== undefined;
}
