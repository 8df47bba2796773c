"""Free convolution of a finite spectrum with a semicircle: mu = law(s) boxplus semicircle(variance t).

With G(w) = mean 1/(w - s_i), the Stieltjes transform g(z) = int dmu(x)/(z - x) is G(w) at the
subordination point w, the solution of z = w + t G(w) with the largest imaginary part (Biane,
*On the free convolution with a semi-circular distribution*, 1997).
"""
