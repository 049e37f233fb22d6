import type {
  PolycomMasterView,
  PolycomSettingsView,
  PolycomVendorKeysView,
} from './polycom-views.ts';
import type { YealinkBootView, YealinkView } from './yealink-views.ts';

/** What each template may print. A template reads these names and no others. */
export interface Views {
  'yealink/phone.cfg.njk': YealinkView;
  'yealink/dect.cfg.njk': YealinkView;
  'yealink/boot.njk': YealinkBootView;
  'yealink/common.cfg.njk': object;
  'polycom/master.cfg.njk': PolycomMasterView;
  'polycom/settings.cfg.njk': PolycomSettingsView;
  'polycom/vendor-keys.cfg.njk': PolycomVendorKeysView;
}
