import { isAvatarError } from '@avatarwire/core';
import type { ReactNode } from 'react';
import { Talk } from './talk';

// For each request: what is rendered while it is built proves less.
export const dynamic = 'force-dynamic';

/** A component of the server, where there is no window; `core` itself may be used in it, too. */
export default function Page(): ReactNode {
  return (
    <main data-window={typeof window} data-recognised={String(isAvatarError(new Error('none of ours')))}>
      <Talk />
    </main>
  );
}
