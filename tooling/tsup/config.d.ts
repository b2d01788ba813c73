import type { Options } from 'tsup';

type Config =
  | Options
  | Options[]
  | ((overrides: Options) => Options | Options[] | Promise<Options | Options[]>);

export declare function library(overrides?: Options): Config;
declare const config: Config;
export default config;
