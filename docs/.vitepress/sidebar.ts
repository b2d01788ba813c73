import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import type { DefaultTheme } from 'vitepress';
import { root } from '../build/repository.ts';

const page = (text: string, link: string): DefaultTheme.SidebarItem => ({ text, link });

export const sidebar: DefaultTheme.SidebarItem[] = [
  {
    text: 'Start',
    items: [
      page('In five minutes, with no account', '/getting-started'),
      page('Moving from a vendor’s sample', '/guides/migrating'),
    ],
  },
  {
    text: 'Networks',
    items: [
      page('Agora', '/providers/agora'),
      page('LiveKit', '/providers/livekit'),
      page('TRTC', '/providers/trtc'),
      page('Plain WebRTC', '/providers/webrtc'),
      page('Switching and fail-over', '/guides/switching'),
    ],
  },
  {
    text: 'Avatar services',
    items: [
      page('AKOOL', '/services/akool'),
      page('A2E', '/services/a2e'),
      page('HeyGen v1', '/services/heygen'),
      page('LiveAvatar', '/services/liveavatar'),
    ],
  },
  {
    text: 'Guides',
    items: [
      page('Microphone, camera, screen', '/guides/devices'),
      page('Permissions and frames', '/guides/permissions'),
      page('Background and noise', '/guides/background-and-noise'),
      page('The broker in production', '/guides/broker'),
      page('Testing your own app', '/guides/testing'),
      page('Costs', '/guides/costs'),
      page('Privacy', '/guides/privacy'),
      page('Browsers', '/guides/browsers'),
      page('Limits', '/limits'),
      page('Upgrading', '/guides/upgrading'),
      page('Troubleshooting', '/guides/troubleshooting'),
    ],
  },
  {
    text: 'Packages',
    collapsed: true,
    items: [
      page('core', '/packages/core'),
      page('react', '/packages/react'),
      page('agora', '/packages/agora'),
      page('livekit', '/packages/livekit'),
      page('trtc', '/packages/trtc'),
      page('webrtc', '/packages/webrtc'),
      page('services', '/packages/services'),
      page('broker', '/packages/broker'),
      page('llm', '/packages/llm'),
      page('simulator', '/packages/simulator'),
      page('streaming-avatar', '/packages/streaming-avatar'),
      page('conformance', '/packages/conformance'),
    ],
  },
  {
    text: 'How it works',
    collapsed: true,
    items: [
      page('Architecture', '/architecture'),
      page('The protocol', '/protocol'),
      page('Writing an adapter', '/adding-a-transport'),
      page('What was tried', '/proof'),
      page('What each adapter was proved on', '/conformance'),
      { text: 'Decisions', collapsed: true, items: decisions() },
      page('Releasing', '/releasing'),
    ],
  },
];

/** By their headings. */
function decisions(): DefaultTheme.SidebarItem[] {
  return globSync('docs/decisions/*.md', { cwd: root })
    .sort()
    .map((file) => {
      const title = /^# (.*)$/m.exec(readFileSync(join(root, file), 'utf8'))?.[1] ?? file;
      return page(title, file.replace(/^docs|\.md$/g, ''));
    });
}
