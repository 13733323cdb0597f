<?php

// Old code, as applications that stayed on Laravel 8 carry it: PHP 8 deprecates the order of these parameters, and says so
// on every start.
function fap_format_date(?DateTimeInterface $date = null, string $format): string
{
    return ($date ?? new DateTimeImmutable())->format($format);
}
