/** How long a page that ends leaves its paid session open: for tests, and for the benchmark that reports the times. */

export { type Death, deaths, type Ended, endPage, type Rule } from './deaths';
export { SHORT, startPageStage } from './stage';
