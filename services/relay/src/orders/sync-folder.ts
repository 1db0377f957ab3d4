import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** Has the names that stand in a folder outlive a loss of power. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
