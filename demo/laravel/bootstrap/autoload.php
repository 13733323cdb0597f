<?php

// vendor is a link to a folder that several worlds share, so the application's own classes are found from here.
require __DIR__.'/../vendor/autoload.php';

spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'App\\')) {
        $file = __DIR__.'/../app/'.str_replace('\\', '/', substr($class, 4)).'.php';
        if (is_file($file)) {
            require $file;
        }
    }
});

if (version_compare(Illuminate\Foundation\Application::VERSION, '9', '<')) {
    require __DIR__.'/../app/Legacy/dates.php';
}
