import { CameraPreview, useAvatarState } from '@avatarwire/react';
import type { ReactNode } from 'react';

/** Oneself, small, as in a mirror. */
export function SelfView(): ReactNode {
  const on = useAvatarState(({ camera }) => camera.status === 'on' || camera.status === 'interrupted');
  if (!on) return null;
  return (
    <CameraPreview
      aria-label="You"
      className="aspect-[4/3] w-[clamp(4.5rem,18cqi,10rem)] shrink-0 max-md:absolute max-md:top-2 max-md:left-2 rounded-control border border-line-2 bg-sunken object-cover motion-safe:animate-[arrive_200ms_ease-out]"
    />
  );
}
