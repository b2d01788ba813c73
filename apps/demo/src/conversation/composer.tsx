import { ArrowUp, ScrollText } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import { usePhase } from '../session/connection';
import { useProblems } from '../session/problems-context';
import { useSayMode } from '../session/say-mode';
import { useCan, useServiceFacts } from '../session/service-facts';
import { Button } from '../ui/button';
import { useFocusIfLost } from '../ui/use-focus-if-lost';
import { longText } from './long-text';

/** Enter sends, Shift and Enter begin a new line. */
export function Composer(): ReactNode {
  const { attempt } = useProblems();
  const phase = usePhase();
  const can = useCan();
  const { words } = useServiceFacts();
  const { mode, say } = useSayMode();
  const [text, setText] = useState('');
  const id = useId();
  const connected = phase === 'live' || phase === 'waiting' || phase === 'reconnecting';
  const hears = can.ask || can.speak;
  const open = connected && hears;
  const field = useFocusIfLost<HTMLTextAreaElement>(phase === 'live');

  const send = (what: string) => {
    if (what.trim() !== '') void attempt(() => say(what));
  };
  const submit = () => {
    if (!open) return;
    send(text);
    setText('');
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Not while an input method is composing: its Enter takes a candidate.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      className="shrink-0 border-t border-line bg-surface px-5 pt-3 pb-4 focus-within:border-ink max-md:px-4 max-md:pb-[max(0.75rem,env(safe-area-inset-bottom))]"
    >
      <label htmlFor={id} className="sr-only">
        Message
      </label>
      <textarea
        id={id}
        ref={field}
        value={text}
        rows={1}
        dir="auto"
        disabled={!open}
        placeholder={connected ? invitation(hears, mode) : 'Connect to talk'}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={onKeyDown}
        className="block field-sizing-content max-h-36 min-h-9 w-full resize-none bg-transparent py-1.5 text-base outline-none placeholder:text-ink-3 max-md:text-[1rem]"
      />
      <div className="flex items-center gap-2">
        {/* Calls are not paced by any network: there would be nothing to watch. */}
        {words === 'network' && (
          <Button
            look="quiet"
            size="small"
            disabled={!open}
            onClick={() => send(longText())}
            title="Sends 64 KB in six scripts at once, to watch the pacing"
            className="-ml-2.5"
          >
            <ScrollText aria-hidden className="size-4" /> Long text, 64 KB
          </Button>
        )}
        <Button
          look="solid"
          size="small"
          type="submit"
          disabled={!open || text.trim() === ''}
          className="ml-auto"
        >
          {mode === 'retelling' ? 'Speak' : 'Ask'} <ArrowUp aria-hidden className="size-4" />
        </Button>
      </div>
    </form>
  );
}

function invitation(hears: boolean, mode: 'retelling' | 'dialogue'): string {
  if (!hears) return 'Over this connection it hears nothing';
  return mode === 'dialogue' ? 'Ask something' : 'Write what it should say';
}
