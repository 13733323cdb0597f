<?php

return [
    'default' => 'array',
    'mailers' => ['array' => ['transport' => 'array']],
    'from' => ['address' => 'fap@example.test', 'name' => 'fap'],
];
