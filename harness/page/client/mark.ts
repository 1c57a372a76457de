/** Before anything is painted: scripts run, so parts may be hidden until they are chosen; light or dark. */
const root = document.documentElement;
root.classList.add('scripted');
root.dataset['theme'] = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
export {};
