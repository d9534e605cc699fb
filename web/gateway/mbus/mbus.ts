// Reading any meter and giving it another address, by this gateway. Both outlive their pages.

import { readAddress, setAddress } from '../api/client';
import { EditAddress } from '../../mbus/edit-address/edit-address.svelte';
import { ReadMeter } from '../../mbus/read-meter/read-meter.svelte';

export const reader = new ReadMeter({ readAddress });
export const editor = new EditAddress({ setAddress });
