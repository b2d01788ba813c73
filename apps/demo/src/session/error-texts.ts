import type { AvatarErrorCode, CloseReason } from '@avatarwire/core';

export interface ErrorText {
  readonly title: string;
  readonly remedy: string;
}

/** What the page says for each code. The error's own message is shown below, as the detail. */
export const errorTexts: Readonly<Record<AvatarErrorCode, ErrorText>> = {
  'invalid-argument': {
    title: 'That was not accepted',
    remedy: 'Change what the message names and try again.',
  },
  'invalid-credentials': {
    title: 'The connection details are wrong',
    remedy: 'The server gave details that cannot be used. Mend the field named below.',
  },
  'not-connected': { title: 'Not connected', remedy: 'Connect first, then try again.' },
  unsupported: {
    title: 'That cannot be done here',
    remedy: 'Choose another service or provider at the top.',
  },
  'sdk-missing': {
    title: 'The network’s SDK is missing',
    remedy: 'Install the package named below and start the demo again.',
  },
  'sdk-incompatible': {
    title: 'The network’s SDK does not fit',
    remedy: 'Install the version named below and start the demo again.',
  },
  'credentials-refused': {
    title: 'The network refused the token',
    remedy:
      'Connect again: each try gets a new one. On your own account, start the demo with fresh credentials.',
  },
  'session-gone': { title: 'That session is gone', remedy: 'Connect again to open another.' },
  'connect-timeout': {
    title: 'The network did not answer in time',
    remedy:
      'Try again. If it stays so, look at the terminal the demo runs in or, on your own account, at your network.',
  },
  'avatar-timeout': {
    title: 'The avatar did not come',
    remedy: 'Try again. If it stays so, look at the terminal the demo runs in.',
  },
  network: {
    title: 'No connection',
    remedy:
      'See that the demo is still running in its terminal and, on your own account, that the provider can be reached. Then try again.',
  },
  'send-unsettled': {
    title: 'It may not have been sent',
    remedy: 'The network gave no answer. Say it again if the avatar does not react.',
  },
  'delivery-uncertain': {
    title: 'It may not have arrived',
    remedy: 'The connection was lost meanwhile. Say it again if the avatar does not react.',
  },
  'service-busy': {
    title: 'Not just now',
    remedy: 'Wait a moment, then try again. Ending a session in another tab may help.',
  },
  'service-refused': {
    title: 'The service refused',
    remedy: 'The hint below says why. Or use the simulator: it needs nothing.',
  },
  'packet-too-large': { title: 'Too much for one command', remedy: 'Send less at once.' },
  'queue-full': {
    title: 'Too much is waiting',
    remedy: 'Wait until some of it has been sent, or interrupt.',
  },
  'command-refused': { title: 'The avatar refused', remedy: 'The code below says why.' },
  'ack-timeout': { title: 'The avatar did not confirm', remedy: 'Try again.' },
  'permission-denied': {
    title: 'The browser refused the device',
    remedy: 'Allow it in the browser’s settings for this page, then try again.',
  },
  'device-unavailable': {
    title: 'The device cannot be used',
    remedy: 'Plug it in, or close what else uses it.',
  },
  'insecure-context': {
    title: 'This page may not use devices',
    remedy: 'Open it over https, or on this machine.',
  },
};

/** How an ended session is put. Failures are explained by their error instead. */
export const endingTexts: Readonly<Record<CloseReason, ErrorText>> = {
  requested: {
    title: 'Session ended',
    remedy: 'Nothing is left running. The transcript stays until you leave the page.',
  },
  'page-hidden': { title: 'Ended when you left the page', remedy: 'Connect again to go on.' },
  expired: {
    title: 'The time is up',
    remedy: 'Sessions end by themselves, so that a forgotten one costs nothing. Connect again to go on.',
  },
  idle: {
    title: 'Nothing was said for a while',
    remedy: 'The session ended by itself, so that a forgotten one costs nothing. Connect again to go on.',
  },
  'avatar-left': { title: 'The avatar left', remedy: 'It did not come back. Connect again to call another.' },
  'joined-elsewhere': {
    title: 'Opened somewhere else',
    remedy: 'Someone joined with the same identity. Connect again to take over.',
  },
  removed: {
    title: 'Removed from the room',
    remedy: 'The service took you out. Connect again if that was a mistake.',
  },
  'service-ended': { title: 'The service ended the session', remedy: 'Connect again to open another.' },
  unresponsive: {
    title: 'The avatar stopped answering',
    remedy: 'The connection stood, but nothing came back. Connect again.',
  },
  'network-lost': {
    title: 'The connection was lost',
    remedy: 'See that the demo is still running in its terminal, then connect again.',
  },
  'connect-failed': { title: 'Could not connect', remedy: 'Try again.' },
};
