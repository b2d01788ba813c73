import type { PublishedSource } from '@avatarwire/core';
import { useCamera, useMicrophone, useScreen } from '@avatarwire/react';
import type { ReactNode } from 'react';
import { Notice } from '../stage/notice';
import { Button } from '../ui/button';
import { problemTitle } from './device-texts';

/** What is wrong with a device and what to do about it, beside the buttons that it concerns. */
export function DeviceNotices(): ReactNode {
  return (
    <>
      <DeviceNotice source="microphone" {...useMicrophone()} />
      <DeviceNotice source="camera" {...useCamera()} />
      <DeviceNotice source="screen" {...useScreen()} />
    </>
  );
}

type DeviceNoticeProps = Pick<ReturnType<typeof useScreen>, 'state' | 'enable' | 'disable'> & {
  readonly source: PublishedSource;
};

function DeviceNotice({ source, state: { problem }, enable, disable }: DeviceNoticeProps): ReactNode {
  // Whoever closes the browser's list of screens has changed their mind.
  if (problem === undefined || (source === 'screen' && problem.reason === 'dismissed')) return null;
  return (
    <Notice
      tone="bad"
      title={problemTitle(source, problem.reason)}
      onDismiss={() => void disable()}
      action={
        <Button size="small" onClick={() => void enable()}>
          Try again
        </Button>
      }
    >
      {problem.remedy}
    </Notice>
  );
}
