import type { Work } from './driver.js';

/** What tells a command where its files are: `CHASQUI_FILE_PHOTO` for the one that is called `photo`, and `CHASQUI_FILES_OUT`. */
export function fileVariables(
  { filesIn = [], filesOut }: Pick<Work, 'filesIn' | 'filesOut'>,
  where: (path: string) => string = (path) => path,
): Record<string, string> {
  const given = filesIn.map(({ key, path }) => [
    `CHASQUI_FILE_${key.toUpperCase().replaceAll('-', '_')}`,
    where(path),
  ]);
  return { ...Object.fromEntries(given), ...(filesOut && { CHASQUI_FILES_OUT: where(filesOut.path) }) };
}
