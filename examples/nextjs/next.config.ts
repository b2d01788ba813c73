import type { NextConfig } from 'next';

const config: NextConfig = {
  distDir: 'dist',
  // What has native code in it stays outside of the bundle.
  serverExternalPackages: ['@photostructure/sqlite'],
};

export default config;
