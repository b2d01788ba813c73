import { ratePolicies } from '@avatarwire/core';
import { AvatarSessionProvider } from '@avatarwire/react';
import { type ReactNode, useState } from 'react';
import { createPortal } from 'react-dom';
import type { Accounts } from './choice/accounts';
import type { DemoProvider } from './choice/provider';
import { type ProviderText, providerText } from './choice/provider-text';
import { useProvider } from './choice/use-provider';
import { Conversation } from './conversation/conversation';
import { Direction } from './direction/direction';
import { Header } from './header';
import { Inspector } from './inspector/inspector';
import { type Panel, PanelTabs } from './panel-tabs';
import { createDemoSession } from './session/create-demo-session';
import { ProblemsProvider } from './session/problems-context';
import { CallBar } from './stage/call-bar';
import { SessionStatus } from './stage/session-status';
import { Stage } from './stage/stage';
import { classNames } from './ui/class-names';

interface AppProps {
  readonly accounts: Accounts;
}

export function App({ accounts }: AppProps): ReactNode {
  const [provider, choose] = useProvider();
  const [statusPlace, setStatusPlace] = useState<HTMLElement | null>(null);
  return (
    <div className="flex h-dvh flex-col overflow-hidden">
      {/* Outlives the session, so that whoever chooses by keyboard keeps the focus. */}
      <Header accounts={accounts} provider={provider} choose={choose} statusRef={setStatusPlace} />
      {/* Another choice is another session; the one before is closed. */}
      <AvatarSessionProvider key={provider} create={() => createDemoSession(provider, accounts)}>
        <ProblemsProvider>
          {statusPlace !== null && createPortal(<SessionStatus />, statusPlace)}
          <Page provider={provider} text={providerText(provider, accounts)} choose={choose} />
        </ProblemsProvider>
      </AvatarSessionProvider>
    </div>
  );
}

interface PageProps {
  readonly provider: DemoProvider;
  readonly text: ProviderText;
  readonly choose: (provider: DemoProvider) => void;
}

function Page({ provider, text, choose }: PageProps): ReactNode {
  const [panel, setPanel] = useState<Panel>('talk');
  const [inspecting, setInspecting] = useState(false);
  // On a phone one panel is seen at a time; from a tablet on all of them are.
  const onlyIn = (shown: Panel) => panel !== shown && 'max-md:hidden';

  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <div
        className={classNames(
          'flex min-h-0 md:flex-1',
          panel === 'wire' ? 'max-md:flex-none' : 'max-md:flex-1',
          'max-md:flex-col',
        )}
      >
        <div
          className={classNames(
            'flex min-h-0 min-w-0 flex-1 flex-col xl:flex-row',
            panel !== 'direct' && 'max-md:flex-none',
          )}
        >
          <div className="flex min-h-0 min-w-0 flex-1 flex-col max-md:flex-none">
            <Stage text={text} {...(provider !== 'webrtc' && { onUseSimulator: () => choose('webrtc') })} />
            <CallBar place={text.place} />
            <PanelTabs panel={panel} onChange={setPanel} />
          </div>
          {/* Between phone and desk there is no room for both this and the inspector. */}
          <Direction className={classNames(onlyIn('direct'), inspecting && 'md:max-xl:hidden')} />
        </div>
        <div
          className={classNames(
            'flex min-h-0 w-[clamp(20rem,30vw,28rem)] flex-col border-l border-line max-md:w-auto max-md:flex-1 max-md:border-l-0',
            onlyIn('talk'),
          )}
        >
          <Conversation />
        </div>
      </div>
      <Inspector
        limits={ratePolicies[provider]}
        open={inspecting}
        onToggle={() => setInspecting(!inspecting)}
        className={classNames('max-md:flex-1', onlyIn('wire'))}
      />
    </main>
  );
}
