import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const operatorKey = z.strictObject({
  accessKeyId: z.string().regex(/^AKIA[A-Z2-7]{16}$/),
  secretAccessKey: z.string().regex(/^[A-Za-z0-9+/]{40}$/),
});

type OperatorKey = z.infer<typeof operatorKey>;

/** Reads `operator.json` of a data folder, or makes it, readable by its owner alone. */
export const loadOperatorKey = async (dataDir: string, make: () => OperatorKey): Promise<OperatorKey> => {
  const path = join(dataDir, 'operator.json');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') {
      return undefined;
    }
    throw error;
  });
  if (text !== undefined) {
    return parse(text, path);
  }
  const key = make();
  await mkdir(dataDir, { recursive: true });
  // Written beside and renamed, so that a crash never leaves half a key behind.
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.chmod(0o600);
    await file.writeFile(`${JSON.stringify(key)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  return key;
};

const parse = (text: string, path: string): OperatorKey => {
  try {
    return operatorKey.parse(JSON.parse(text));
  } catch {
    // The cause would carry the file's text, so it is left out.
    throw new Error(`${path} holds no access key; remove it to get a new one`);
  }
};
