import type { ReactNode } from 'react';
import { Talk } from './talk';

/** Rendered on the server, the conversation with it: as it is before anybody connects. */
export default function Page(): ReactNode {
  return (
    <main>
      <h1>An avatar in Next.js</h1>
      <Talk />
    </main>
  );
}
