<?php

namespace App;

class RawHandler
{
    public function sync($job, array $data): void
    {
        Behaviour::of(static::class, (string) ($data['orderNo'] ?? ''));
        $job->delete();
    }
}
