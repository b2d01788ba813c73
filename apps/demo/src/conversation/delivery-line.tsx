import type { MessageDelivery } from '@avatarwire/core';
import { Check, CircleAlert, CircleSlash, Clock, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { explain } from '../session/problems';
import { bytes } from '../ui/format';

/** What has become of a message of ours. */
export function DeliveryLine({ delivery }: { readonly delivery: MessageDelivery }): ReactNode {
  const { state, sentBytes, totalBytes, error } = delivery;
  const amount = `${bytes(sentBytes)} of ${bytes(totalBytes)}`;
  switch (state) {
    case 'queued':
      return <Line icon={<Clock aria-hidden className="size-3.5" />}>Waiting to be sent</Line>;
    case 'sending':
      return (
        <div className="flex flex-col gap-1">
          <Line icon={<Clock aria-hidden className="size-3.5" />}>Sending, {amount}</Line>
          <progress
            aria-label="Sent"
            value={sentBytes}
            max={Math.max(1, totalBytes)}
            className="h-[3px] w-full appearance-none bg-line [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-accent"
          />
        </div>
      );
    case 'sent':
      return <Line icon={<Check aria-hidden className="size-3.5" />}>Sent, {bytes(sentBytes)}</Line>;
    case 'interrupted':
      return <Line icon={<CircleSlash aria-hidden className="size-3.5" />}>Interrupted after {amount}</Line>;
    case 'closed':
      return (
        <Line icon={<CircleSlash aria-hidden className="size-3.5" />}>Session ended after {amount}</Line>
      );
    case 'uncertain':
      return (
        <Line tone="text-warn" icon={<TriangleAlert aria-hidden className="size-3.5" />}>
          Sent, but it may not have arrived
        </Line>
      );
    case 'failed':
      return (
        <Line tone="text-bad" icon={<CircleAlert aria-hidden className="size-3.5" />}>
          {error === undefined ? 'Not sent' : `${explain(error).title}, ${amount} sent`}
        </Line>
      );
  }
}

interface LineProps {
  readonly icon: ReactNode;
  readonly tone?: string;
  readonly children: ReactNode;
}

function Line({ icon, tone = 'text-ink-3', children }: LineProps): ReactNode {
  return (
    <p data-testid="delivery" className={`tabular flex items-center gap-1.5 text-xs ${tone}`}>
      {icon}
      <span>{children}</span>
    </p>
  );
}
