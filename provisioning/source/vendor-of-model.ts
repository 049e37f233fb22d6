import { findModel } from '../models/find.ts';
import type { Vendor } from '../models/model.ts';

/** Whose a model is; for one outside the table, by how its name begins. */
export function vendorOfModel(name: string): Vendor {
  const known = findModel(name)?.vendor;
  if (known !== undefined) return known;
  return /^(poly|vvx|s[ps]ip|trio|edge|ccx|sound)/i.test(name) ? 'Polycom' : 'Yealink';
}
