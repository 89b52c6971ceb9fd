import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PdfFonts } from '../../core/billing/invoice/pdf/pdf-fonts.ts';

/** The fonts that lie beside the function's bundle. */
export function packagedFonts(taskRoot: string): PdfFonts {
  const cut = (name: string): Buffer => readFileSync(join(taskRoot, 'fonts', `OpenSans-${name}.ttf`));
  return { regular: cut('Regular'), bold: cut('Bold') };
}
