import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DefaultTheme, defineConfig } from 'vitepress';
import { headingSlug } from '../../tooling/checks/heading-slug.ts';
import { onSite, repository } from '../build/repository.ts';
import { sidebar } from './sidebar.ts';

/** Written by build/api.ts, before this. */
const apiSidebar = fileURLToPath(new URL('../api/typedoc-sidebar.json', import.meta.url));
const api = (
  existsSync(apiSidebar) ? JSON.parse(readFileSync(apiSidebar, 'utf8')) : []
) as DefaultTheme.SidebarItem[];

export default defineConfig({
  title: 'avatarwire',
  description: 'One API for talking with streaming avatars, over any real-time network',
  lang: 'en-GB',
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: '/icon.svg' }]],
  cleanUrls: true,
  // Links that lead nowhere fail the build: that is the default, and stays.
  ignoreDeadLinks: false,
  srcExclude: ['build/**'],
  markdown: {
    anchor: { slugify: headingSlug },
    theme: { light: 'github-light', dark: 'github-dark' },
    config(md) {
      // In the repository every link is relative to its file, and may leave `docs/`.
      md.core.ruler.push('links-on-site', ({ tokens, env }) => {
        const page = String(env.relativePath);
        if (page.startsWith('api/')) return;
        for (const token of tokens.flatMap(({ children }) => children ?? [])) {
          const name = token.type === 'link_open' ? 'href' : token.type === 'image' ? 'src' : undefined;
          const target = name && token.attrGet(name);
          if (name && target) token.attrSet(name, onSite(target, `docs/${page}`, page));
        }
      });
    },
  },
  themeConfig: {
    nav: [
      { text: 'Start', link: '/getting-started' },
      { text: 'Troubleshooting', link: '/guides/troubleshooting' },
      { text: 'API', link: '/api/' },
    ],
    sidebar: { '/': [...sidebar, { text: 'API', collapsed: true, items: api }] },
    outline: { level: [2, 3] },
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: repository }],
    docFooter: { prev: false, next: false },
  },
  vite: { server: { host: '127.0.0.1' } },
});
