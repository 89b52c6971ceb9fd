import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

/** Draws the sample pictures that are drawn: each `models/<name>/sample/<picture>.svg` as a JPEG beside it. */
const models = fileURLToPath(new URL('.', import.meta.url));
for (const file of readdirSync(models, { recursive: true, encoding: 'utf8' })) {
  if (!/^[^/]+\/sample\/[^/]+\.svg$/.test(file)) continue;
  const picture = `${models}${file}`;
  await sharp(picture).jpeg({ quality: 85 }).toFile(picture.replace(/svg$/, 'jpg'));
  console.log(file);
}
