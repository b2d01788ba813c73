import { act, renderHook } from '@testing-library/react';
import { type ReactNode, StrictMode } from 'react';
import { AvatarSessionProvider } from '../src/index';
import { type FakeSession, fakeSession } from './fake-session';

/** A hook under StrictMode, below a provider with a session of its own. */
export function renderWithSession<Result, Props>(
  hook: (props: Props) => Result,
  initialProps: NoInfer<Props>,
  session: FakeSession = fakeSession(),
) {
  let renders = 0;
  const rendered = renderHook(
    (props: Props) => {
      renders += 1;
      return hook(props);
    },
    {
      initialProps,
      wrapper: ({ children }: { readonly children: ReactNode }) => (
        <StrictMode>
          <AvatarSessionProvider session={session}>{children}</AvatarSessionProvider>
        </StrictMode>
      ),
    },
  );
  return {
    session,
    ...rendered,
    rendersDuring(run: () => void) {
      const before = renders;
      act(run);
      return renders - before;
    },
  };
}
