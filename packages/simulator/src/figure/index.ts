/** What an avatar that is seen and heard in a browser is made of, whatever carries it. */
export { createFigure } from './create-figure';
export { checkWhole, type FigureOptions, type FigureSettings, toFigureSettings } from './figure-options';
