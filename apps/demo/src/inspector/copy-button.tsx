import { Check, Copy } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { Button } from '../ui/button';

const SAID_FOR_MS = 2_000;

type Outcome = 'copied' | 'refused';
const labels: Readonly<Record<Outcome, string>> = { copied: 'Copied', refused: 'Not allowed' };

/** Says in its own place what came of it. */
export function CopyButton({ text }: { readonly text: string }): ReactNode {
  const [outcome, setOutcome] = useState<Outcome>();
  useEffect(() => {
    if (outcome === undefined) return;
    const timer = setTimeout(() => setOutcome(undefined), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('copied');
    } catch {
      setOutcome('refused');
    }
  };
  const Icon = outcome === 'copied' ? Check : Copy;
  return (
    <Button look="quiet" size="small" onClick={() => void copy()} className="-my-1 w-27 justify-start!">
      <Icon aria-hidden className="size-4" />
      <span aria-live="polite">{outcome === undefined ? 'Copy' : labels[outcome]}</span>
    </Button>
  );
}
