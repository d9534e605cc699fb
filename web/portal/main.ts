import '../tokens.css';
import '../base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { server } from '../rest/server';
import { chooseLanguage, language } from '../texts/texts';

server.kind = 'portal';
const target = document.getElementById('app');
await chooseLanguage(navigator.languages);
document.documentElement.lang = language.tag;
if (target) mount(App, { target });
