import { ratePolicies } from '@avatarwire/core';
import { AvatarSessionProvider } from '@avatarwire/react';
import { type ReactNode, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import type { GreenScreen } from './background/green-screen';
import { Bill } from './bill/bill';
import type { Choice } from './choice/choice';
import { choiceText, networkNames, standsInPage } from './choice/choice-text';
import type { Offered } from './choice/choices';
import { factsOf, isMock } from './choice/companies';
import { useChoice } from './choice/use-choice';
import { Conversation } from './conversation/conversation';
import { Direction } from './direction/direction';
import { Header } from './header';
import { Inspector } from './inspector/inspector';
import { type Panel, PanelTabs } from './panel-tabs';
import { createDemoSession } from './session/create-demo-session';
import { ProblemsProvider } from './session/problems-context';
import { SayModeProvider } from './session/say-mode';
import { ServiceFactsProvider } from './session/service-facts';
import { CallBar } from './stage/call-bar';
import { SessionStatus } from './stage/session-status';
import { Stage } from './stage/stage';
import { classNames } from './ui/class-names';

interface AppProps {
  readonly offered: Offered;
}

export function App({ offered: { choices, pagesUrl } }: AppProps): ReactNode {
  const [choice, choose] = useChoice(choices);
  const [statusPlace, setStatusPlace] = useState<HTMLElement | null>(null);
  return (
    <div className="flex h-dvh flex-col overflow-hidden short:h-auto short:overflow-visible">
      {/* Outlives the session, so that whoever chooses by keyboard keeps the focus. */}
      <Header choices={choices} choice={choice} onChoose={choose} statusRef={setStatusPlace} />
      {/* Another choice is another session; the one before is closed. */}
      <Call
        key={`${choice.service} ${choice.provider}`}
        choice={choice}
        pagesUrl={pagesUrl}
        statusPlace={statusPlace}
        onUseSimulator={() => choose(simulator)}
      />
    </div>
  );
}

/** Needs nothing: no account, no server. */
const simulator: Choice = { service: 'none', provider: 'webrtc' };

interface CallProps extends PageProps {
  readonly pagesUrl: string | undefined;
  readonly statusPlace: HTMLElement | null;
}

function Call({ choice, pagesUrl, statusPlace, onUseSimulator }: CallProps): ReactNode {
  const [paidSession, setPaidSession] = useState<string>();
  const green = useRef(false);
  const create = () =>
    createDemoSession(choice, { pagesUrl, onPaid: setPaidSession, isGreen: () => green.current });
  const greenScreen = (on: boolean) => {
    green.current = on;
  };
  return (
    <AvatarSessionProvider create={create}>
      <ServiceFactsProvider service={choice.service}>
        <ProblemsProvider>
          <SayModeProvider>
            {statusPlace !== null && createPortal(<SessionStatus />, statusPlace)}
            <Page
              choice={choice}
              paidSession={paidSession}
              greenScreen={standsInPage(choice) ? greenScreen : undefined}
              onUseSimulator={onUseSimulator}
            />
          </SayModeProvider>
        </ProblemsProvider>
      </ServiceFactsProvider>
    </AvatarSessionProvider>
  );
}

interface PageProps {
  readonly choice: Choice;
  readonly onUseSimulator: () => void;
}

function Page({
  choice,
  paidSession,
  greenScreen,
  onUseSimulator,
}: PageProps & {
  readonly paidSession: string | undefined;
  readonly greenScreen: GreenScreen | undefined;
}): ReactNode {
  const text = choiceText(choice);
  const simulated = choice.service === simulator.service && choice.provider === simulator.provider;
  const [panel, setPanel] = useState<Panel>('talk');
  const [inspecting, setInspecting] = useState(false);
  // On a phone one panel is seen at a time; from a tablet on all of them are.
  const onlyIn = (shown: Panel) => panel !== shown && 'max-md:hidden';

  return (
    <main className="flex min-h-0 flex-1 flex-col short:h-[38rem] short:flex-none">
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
            <Stage text={text} greenScreen={greenScreen} {...(!simulated && { onUseSimulator })} />
            {isMock(choice.service) && <Bill service={choice.service} sessionId={paidSession} />}
            <CallBar place={text.place} network={networkNames[choice.provider]} />
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
        limits={factsOf(choice.service).words === 'network' ? ratePolicies[choice.provider] : undefined}
        open={inspecting}
        onToggle={() => setInspecting(!inspecting)}
        className={classNames('max-md:flex-1', onlyIn('wire'))}
      />
    </main>
  );
}
