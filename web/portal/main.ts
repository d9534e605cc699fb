import '../tokens.css';
import '../base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { login } from '../access/session.svelte';
import { takeSetupCode } from '../access/setup-code';
import { clock } from '../parts/clock.svelte';
import { server } from '../rest/server';
import { chooseLanguage, language } from '../texts/texts';

server.kind = 'portal';
login.setupCode = takeSetupCode('#/') ?? '';
// The sites may be in several zones; their times are told in that of who looks.
clock.timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const target = document.getElementById('app');
await chooseLanguage(navigator.languages);
document.documentElement.lang = language.tag;
if (target) mount(App, { target });
